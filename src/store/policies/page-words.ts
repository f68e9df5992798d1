/** The engine's words as the page has them: without the prefixes with which Calico passes on labels of namespaces and accounts. */

/** A text in quotes, such as a value of a selector, which stays; a prefix of a label. */
const REPLACED = /"[^"]*"|'[^']*'|(?<![\w./-])(pcns|pcsa)\.(?=\w)/g

const OWNERS: Readonly<Record<string, string>> = { pcns: 'namespace label ', pcsa: 'service account label ' }

export function pageWords(words: string): string {
  return words.replaceAll(
    REPLACED,
    (text, prefix: string | undefined) => (prefix === undefined ? undefined : OWNERS[prefix]) ?? text,
  )
}
