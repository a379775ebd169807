/** Text as Spark's messages spell a string value (toSQLValue). */
export const sqlText = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** A type as Spark's messages spell it (toSQLType). */
export const sqlTypeText = (text: string): string => `"${text.toUpperCase()}"`;
