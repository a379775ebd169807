/** What stands for text that differs from run to run. */
export const MASK = "[not included in comparison]";

/** Source: Spark's SQLQueryTestHelper.replaceNotIncludedMsg. */
const REPLACED: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/#\d+/g, "#x"],
  [/plan_id=\d+/g, "plan_id=x"],
  [/\*\(\d+\) /g, "*"],
  [/CTERelationDef \d+,/g, "CTERelationDef xxxx,"],
  [/CTERelationRef \d+,/g, "CTERelationRef xxxx,"],
  [/cterelationdef \d+,/g, "cterelationdef xxxx,"],
  [/cterelationref \d+,/g, "cterelationref xxxx,"],
  [/UnionLoop \d+/g, "UnionLoop xxxx"],
  [/UnionLoopRef \d+,/g, "UnionLoopRef xxxx,"],
  [/Loop id: \d+/g, "Loop id: xxxx"],
  [/@\w*,/g, "@xxxxxxxx,"],
  [/Created By.*/g, `Created By ${MASK}`],
  [/Created Time.*/g, `Created Time ${MASK}`],
  [/Last Access.*/g, `Last Access ${MASK}`],
  [/Owner[\t ]+(.*)/g, `Owner\t${MASK}`],
  [/Partition Statistics\t\d+/g, `Partition Statistics\t${MASK}`],
  [/transient_lastDdlTime=\d+/g, `transient_lastDdlTime=${MASK}`],
  [/"created_by":".*?"/g, `"created_by ${MASK}":"None"`],
  [/"created_time":".*?"/g, `"created_time ${MASK}":"None"`],
  [/"last_access":".*?"/g, `"last_access ${MASK}":"None"`],
  [/"owner":".*?"/g, `"owner ${MASK}":"None"`],
  [/"partition_statistics":"\d+"/g, `"partition_statistics ${MASK}":"None"`],
  [/"transient_lastDdlTime":"\d+"/g, `"transient_lastDdlTime ${MASK}":"None"`],
];

export const masked = (row: string): string => REPLACED.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), row);

const MASKED_PLACES = new RegExp(
  [
    String.raw`"location": "\[not included in comparison\]/\{warehouse_dir\}/`,
    String.raw`Location \[not included in comparison\]/\{warehouse_dir\}/`,
    String.raw`file:\[not included in comparison\]/\{warehouse_dir\}`,
    String.raw`\[not included in comparison\](?:/\{warehouse_dir\})?`,
  ].join("|"),
);

/** Matches text that equals the expected one but for its masked places, each of which may be anything on its line. */
export const maskedPattern = (want: string): RegExp => new RegExp(`^${want.split(MASKED_PLACES).map(escaped).join("[^\\n]*?")}$`);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
