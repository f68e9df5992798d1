/** Characters: X.520 allows a common name 64, but a certificate may hold anything. */
const MAX_SUBJECT_LENGTH = 200

/** The common name in a subject or issuer as Node prints it, one attribute a line; all of it where there is none. */
export function nameInSubject(subject: string): string {
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ')
  return name.slice(0, MAX_SUBJECT_LENGTH)
}
