import type { Value } from "../engine/types/values.ts";
import type { Column } from "./column.ts";

/**
 * A row: a plain object, columns in order, values as engine/types/values.ts says. A `DataFrame<Row>` is one whose columns
 * TypeScript does not know; `DataFrame<T>` keeps track of them through select, withColumn, groupBy, join and drop.
 */
// biome-ignore lint/suspicious/noExplicitAny: only `any` lets every DataFrame<T> be passed where a plain DataFrame is asked for, whatever T's variance.
export type Row = any;

/** The columns of T by name; any string where T is Row. */
export type NameOf<T> = keyof T & string;

/** What select and groupBy take: names and columns, or arrays of them. */
export type Items<Names extends string> = readonly (Names | Column<unknown, string> | readonly (Names | Column<unknown, string>)[])[];
/** Each of them by itself. */
export type ItemOf<C extends readonly unknown[]> = Extract<
  C[number] extends infer I ? (I extends readonly (infer E)[] ? E : I) : never,
  string | Column<unknown, string>
>;

/** Whether T's columns are unknown. */
type IsLoose<T> = string extends keyof T ? true : false;

/** A column whose type nobody tracked may be anything. */
export type Known<V> = unknown extends V ? Value : V;

/** What a selected thing is called: a string names itself, a Column knows its name or not (`string`). */
type NameIn<C> = C extends Column<unknown, infer N> ? N : C extends string ? C : never;

type ValueIn<T, C, K extends string> = K extends keyof T
  ? Extract<C, Column<unknown, K>> extends Column<infer V, K>
    ? unknown extends V
      ? T[K]
      : V
    : T[K]
  : Extract<C, Column<unknown, K>> extends Column<infer V, K>
    ? Known<V>
    : Value;

/** The rows of `select(...C)` over rows T: Row as soon as one column's name is not known. */
export type Selected<T, C extends string | Column<unknown, string>> =
  string extends NameIn<C>
    ? Row
    : IsLoose<T> extends true
      ? "*" extends NameIn<C>
        ? Row
        : { readonly [K in NameIn<C>]: ValueIn<T, C, K> }
      : { readonly [K in Exclude<NameIn<C>, "*"> | ("*" extends NameIn<C> ? NameOf<T> : never)]: ValueIn<T, C, K> };

/** T with column N added or replaced. */
export type With<T, N extends string, V> =
  IsLoose<T> extends true
    ? Row
    : string extends N
      ? Row
      : { readonly [K in keyof T | N]: K extends N ? Known<V> : K extends keyof T ? T[K] : never };

/** T without columns N. */
export type Without<T, N extends string> = IsLoose<T> extends true ? Row : { readonly [K in Exclude<keyof T, N>]: T[K] };

/** T with column From called To. */
export type Renamed<T, From extends string, To extends string> =
  IsLoose<T> extends true
    ? Row
    : {
        readonly [K in Exclude<keyof T, From> | (From extends keyof T ? To : never)]: K extends keyof T
          ? T[K]
          : From extends keyof T
            ? T[From]
            : never;
      };

/** The columns of both; Row where either is unknown. */
export type Merged<T, U> =
  IsLoose<T> extends true
    ? Row
    : IsLoose<U> extends true
      ? Row
      : { readonly [K in keyof T | keyof U]: K extends keyof U ? U[K] : K extends keyof T ? T[K] : never };

/** The columns of a union by name: a column that one side lacks is NULL there. */
export type Unioned<T, U> =
  IsLoose<T> extends true
    ? Row
    : IsLoose<U> extends true
      ? Row
      : { readonly [K in keyof T | keyof U]: (K extends keyof T ? T[K] : null) | (K extends keyof U ? U[K] : null) };

/** Spark's names of join types. */
export type JoinHow =
  | "inner"
  | "cross"
  | "outer"
  | "full"
  | "fullouter"
  | "full_outer"
  | "left"
  | "leftouter"
  | "left_outer"
  | "right"
  | "rightouter"
  | "right_outer"
  | "semi"
  | "leftsemi"
  | "left_semi"
  | "anti"
  | "leftanti"
  | "left_anti";

/** The types of lateral joins. */
export type LateralHow = "inner" | "cross" | "left" | "leftouter" | "left_outer";

type OneSided = "semi" | "leftsemi" | "left_semi" | "anti" | "leftanti" | "left_anti";
type LeftMayMiss = "outer" | "full" | "fullouter" | "full_outer" | "right" | "rightouter" | "right_outer";
type RightMayMiss = "outer" | "full" | "fullouter" | "full_outer" | "left" | "leftouter" | "left_outer";
type OrNull<T> = { readonly [K in keyof T]: T[K] | null };

/** The rows of a join on columns `On` (never for a condition). */
export type Joined<T, U, How extends JoinHow, On extends string = never> = How extends OneSided
  ? T
  : IsLoose<T> extends true
    ? Row
    : IsLoose<U> extends true
      ? Row
      : Merged<
          Merged<How extends LeftMayMiss ? OrNull<T> : T, How extends RightMayMiss ? OrNull<U> : U>,
          { readonly [K in On & keyof T]: T[K] }
        >;
