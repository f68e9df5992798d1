/** Redacts what is known of a recording beside its records, before any of it is kept. */
import { ensure } from '../lib/assert.ts'
import { redactHeader } from '../redact/header-redaction.ts'
import { type Redaction, Redactor } from '../redact/redactor.ts'
import { type Recording, recordingHeader } from './recording.ts'

/** Of no name: its stand-in tells one salt from another. */
const SALT_TEXT = 'the salt of a recording'

/** The recording with its source, its server and its query redacted, and with marks by which it can go on. */
export function redactRecording(recording: Recording, redaction: Redaction): Recording {
  const redactor = new Redactor(redaction)
  const { header, leftOut } = redactHeader(recordingHeader({ ...recording, redaction: null }), redactor)
  return {
    ...recording,
    source: header.source?.name ?? '',
    server: header.server ?? '',
    filter: header.filter,
    redaction: {
      level: redaction.level,
      saltMark: mark(SALT_TEXT, redaction),
      filterMark: recording.filter === null ? null : mark(recording.filter, redaction),
      cluster: header.cluster ?? '',
      clausesLeftOut: leftOut.clauses,
    },
  }
}

/** Whether a salt is the one that a redacted recording began with. */
export function isSaltOf({ redaction }: Recording, salt: string): boolean {
  const { level, saltMark } = ensure(redaction, 'the recording is redacted')
  return saltMark === mark(SALT_TEXT, { level, salt })
}

/** Whether a redacted recording was made of this server, and whether of what passed this query (null for all). */
export function isMadeOf(
  { server, redaction }: Recording,
  salt: string,
  of: { readonly server: string; readonly passed: string | null },
): { readonly server: boolean; readonly filter: boolean } {
  const { level, filterMark } = ensure(redaction, 'the recording is redacted')
  const isServer = server === new Redactor({ level, salt }).redactOrigin('server', of.server)
  const passed = of.passed === null ? null : mark(of.passed, { level, salt })
  return { server: isServer, filter: passed === filterMark }
}

/** By a redactor of its own: within one, two texts never share a stand-in, and the later one gets another. */
function mark(text: string, redaction: Redaction): string {
  return new Redactor(redaction).redactOrigin('source', text)
}
