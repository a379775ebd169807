import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke } from "./invoke.ts";

/** Geography and geometry. */

/** Returns the WKB of a geography or geometry. */
export const st_asbinary = (geo: ColumnOrName): Column<Uint8Array | null> => invoke("st_asbinary", columnExpression(geo));

/** Reads a geography from WKB. */
export const st_geogfromwkb = (wkb: ColumnOrName): Column => invoke("st_geogfromwkb", columnExpression(wkb));

/** Reads a geometry from WKB. */
export const st_geomfromwkb = (wkb: ColumnOrName): Column => invoke("st_geomfromwkb", columnExpression(wkb));

/** Returns the value with another SRID. */
export const st_setsrid = (geo: ColumnOrName, srid: Column | number): Column =>
  invoke("st_setsrid", columnExpression(geo), expressionOf(srid));

/** Returns the SRID. */
export const st_srid = (geo: ColumnOrName): Column<number | null> => invoke("st_srid", columnExpression(geo));
