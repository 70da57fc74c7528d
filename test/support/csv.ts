/** A reader of CSV by the letter of RFC 4180, to check what a library has written. */

export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] === undefined) throw new Error("a quotation without an end");
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') cell += text[at++];
        else break;
      }
      at++;
    } else {
      while (at < text.length && text[at] !== "," && text[at] !== "\r") {
        if (text[at] === '"' || text[at] === "\n")
          throw new Error(`${JSON.stringify(text[at])} outside of quotation marks`);
        cell += text[at++];
      }
    }
    row.push(cell);
    if (text[at] === ",") {
      at++;
    } else if (text.startsWith("\r\n", at)) {
      at += 2;
      rows.push(row);
      row = [];
    } else throw new Error(`no end of the cell at ${at}`);
  }
  return rows;
}
