import { describe, expect, it } from "vitest";
import { xmlRecords } from "../../../lib/sources/xml/records.ts";

const cut = (text: string) => xmlRecords(text, (name) => name === "r");

describe("the rows of an XML document", () => {
  it("are the elements of a name at any depth, but not inside each other", () => {
    const text = "<all><r/><x><r a='>'>1<r>2</r></r></x><r2>3</r2></all>";
    expect(cut(text)).toEqual({ records: ["<r/>", "<r a='>'>1<r>2</r></r>"], broken: false });
  });

  it("are not in comments, CDATA, instructions or the document type", () => {
    const text = `<?xml version="1.0"?><!DOCTYPE all [<!ENTITY r "<r>">]><!-- <r>1</r> --><all><![CDATA[<r>2</r>]]><?go <r>?><r>3</r></all>`;
    expect(cut(text)).toEqual({ records: ["<r>3</r>"], broken: false });
  });

  it("end where the document is not well-formed", () => {
    expect(cut("<all><r>1</r><r>2</x></r><r>3</r></all>")).toEqual({ records: ["<r>1</r>"], broken: true });
    expect(cut("<r>1</r><r>2</r>")).toEqual({ records: ["<r>1</r>"], broken: true });
    expect(cut("<all><r>1")).toEqual({ records: [], broken: true });
  });

  it("are whole where the document ends between them, and none where there is no document", () => {
    expect(cut("<all><r>1</r>")).toEqual({ records: ["<r>1</r>"], broken: false });
    expect(cut("")).toEqual({ records: [], broken: false });
  });
});
