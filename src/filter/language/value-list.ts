/** Reads the value of a comparison, or its list of values in parentheses. */
import type { SyntaxRole, TokenReader } from './token-reader.ts'
import { isKeyword, isOperator, type Token } from './tokenize.ts'

/** The role of a text: of a wildcard or a quoted one by its form, otherwise the given one. */
export function roleOf(token: Token, otherwise: SyntaxRole): SyntaxRole {
  return token.kind === 'quoted' ? 'string' : token.wildcard ? 'wildcard' : otherwise
}

/** Consumes one value or a list in parentheses; what is missing or wrong is reported. */
export function takeValues(reader: TokenReader, role: SyntaxRole): readonly Token[] {
  const token = reader.peek()
  if (token?.kind === '(') return takeList(reader, token, role)
  if (token?.kind === 'bare' || token?.kind === 'quoted') {
    reader.take(roleOf(token, role))
    return [token]
  }
  const hint = token !== undefined && isKeyword(token.text) ? ' If it is the value, put it in quotes.' : ''
  const place = token === undefined ? 'at the end' : `before "${token.text}"`
  reader.missing(`A value is missing ${place}.${hint}`)
  if (isOperator(token) || token?.kind === ',') reader.skip()
  return []
}

function takeList(reader: TokenReader, open: Token, role: SyntaxRole): readonly Token[] {
  const values: Token[] = []
  let separated = true
  reader.take('bracket')
  for (let token = reader.peek(); token?.kind !== ')'; token = reader.peek()) {
    // A text before an operator is the field of the next condition, so the list was not closed.
    if (token === undefined || isOperator(token) || isOperator(reader.peek(1))) {
      if (!reader.stopped)
        reader.fail(open, {
          message: 'This list is never closed.',
          ...(token === undefined ? { unfinished: true } : {}),
        })
      return values
    }
    if (token.kind === ',') {
      if (separated) reader.fail(token, { message: 'A value is missing before this comma.' })
      reader.take('bracket')
      separated = true
    } else if (token.kind === 'bare' || token.kind === 'quoted') {
      if (!separated) {
        const written = reader.text.slice(token.from, token.to)
        reader.fail(token, { message: 'A comma is missing before this value.', suggestion: `, ${written}` })
      }
      reader.take(roleOf(token, role))
      values.push(token)
      separated = false
    } else {
      reader.fail(token, {
        message: `A list holds values with commas between, not "${token.text}".`,
        ...(separated ? {} : { suggestion: ',' }),
      })
      if (token.kind === '(') reader.skip()
      else reader.take('error')
      separated = true
    }
  }
  reader.take('bracket')
  if (values.length === 0)
    reader.fail({ from: open.from, to: reader.end }, { message: 'This list is empty.' })
  return values
}
