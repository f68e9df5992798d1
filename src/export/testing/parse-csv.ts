/** A reader of RFC 4180 for tests, written from the RFC alone: it shares nothing with the writer. */

/** The records of a text, each with its fields; the line end after the last record is optional. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let fields: string[] = []
  let at = 0
  while (at < text.length) {
    const [field, end] = text[at] === '"' ? quotedField(text, at) : plainField(text, at)
    fields.push(field)
    at = end
    if (text[at] === ',') {
      at++
      // A comma at the very end is followed by an empty field.
      if (at === text.length) fields.push('')
    } else if (text.startsWith('\r\n', at) || at === text.length) {
      at += 2
      records.push(fields)
      fields = []
    } else throw new Error(`neither a comma nor a line end at ${at}`)
  }
  return records
}

function plainField(text: string, from: number): [string, number] {
  const [field = ''] = /^[^",\r\n]*/.exec(text.slice(from)) ?? []
  return [field, from + field.length]
}

function quotedField(text: string, from: number): [string, number] {
  let field = ''
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== '"') field += text[at]
    else if (text[at + 1] === '"') {
      field += '"'
      at++
    } else return [field, at + 1]
  }
  throw new Error(`the quote at ${from} has no end`)
}
