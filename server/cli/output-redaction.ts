/** Redacts what a command writes, and says what it replaced and left out. */
import { randomBytes } from 'node:crypto'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import type { CaptureWriter } from '../../src/capture/capture-writer.ts'
import type { CaptureHeader } from '../../src/capture/format/capture-header.ts'
import type { Json } from '../../src/capture/format/json-fields.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { formatPlural } from '../../src/lib/format.ts'
import { visibleText } from '../../src/lib/visible-text.ts'
import { redactHeader } from '../../src/redact/header-redaction.ts'
import { namesListText } from '../../src/redact/names-list.ts'
import { Redactor } from '../../src/redact/redactor.ts'
import { errorCode } from '../lib/error-code.ts'
import { UsageError } from '../lib/usage-error.ts'
import type { RedactionOptions } from './redaction-flags.ts'

export interface OutputRedaction {
  readonly flow: (flow: Flow) => Flow
  /** The members of a record that this version does not know: nobody knows what is in them. */
  readonly unknownMembers: (members: Json | null) => Json | null
  readonly header: (header: CaptureHeader) => CaptureHeader
  /** Writes the list of names and the summary. Throws {@link UsageError} for a list that cannot be written. */
  readonly end: () => Promise<void>
}

/** Leaves everything as it is. */
const NO_REDACTION: OutputRedaction = {
  flow: (flow) => flow,
  unknownMembers: (members) => members,
  header: (header) => header,
  end: async () => {},
}

/** The writer with all that it writes redacted. */
export function redactedWriter(writer: CaptureWriter, redaction: OutputRedaction): CaptureWriter {
  if (redaction === NO_REDACTION) return writer
  return {
    header: (header) => writer.header(redaction.header(header)),
    record: (flow, members) => writer.record(redaction.flow(flow), redaction.unknownMembers(members)),
    end: () => writer.end(),
    losses: () => writer.losses(),
  }
}

/** Throws {@link UsageError} for a salt that cannot be read or made. */
export async function openRedaction(
  options: RedactionOptions | null,
  stderr: Writable,
): Promise<OutputRedaction> {
  if (options === null) return NO_REDACTION
  const { level, saltFile, namesFile } = options
  const redactor = new Redactor({ level, salt: await saltOf(saltFile, stderr) })
  const leftOut = { clauses: 0, reasons: 0, members: 0, records: 0 }
  return {
    flow: (flow) => redactor.redactFlow(flow),
    unknownMembers: (members) => {
      if (members !== null && Object.keys(members).some((name) => name !== 'id')) leftOut.records++
      return null
    },
    header: (header) => {
      const redacted = redactHeader(header, redactor)
      leftOut.clauses += redacted.leftOut.clauses
      leftOut.reasons += redacted.leftOut.reasons
      leftOut.members += redacted.leftOut.members
      return redacted.header
    },
    end: async () => {
      const parts = [
        counted(leftOut.clauses, 'clause', ' of filters'),
        counted(leftOut.reasons, 'reason', ' of gaps'),
        counted(leftOut.members, 'unknown member', ' of headers'),
        counted(leftOut.records, 'record', '’s unknown members'),
      ].filter(Boolean)
      stderr.write(`Redacted: ${formatPlural(redactor.replaced, 'name')} replaced.\n`)
      if (parts.length > 0) stderr.write(`Left out by redaction: ${parts.join(', ')}.\n`)
      if (namesFile === null) return
      await writePrivate(namesFile, namesListText(redactor.names()))
      if (redactor.unlisted > 0)
        stderr.write(
          `Not in ${visibleText(namesFile)}: ${formatPlural(redactor.unlisted, 'more stand-in')}\n`,
        )
    },
  }
}

function counted(count: number, one: string, of: string): string {
  return count === 0 ? '' : formatPlural(count, one) + of
}

const MIN_SALT_LENGTH = 16
const MAX_SALT_BYTES = 4096

/** The salt of a file, which is made when it is not there. */
async function saltOf(path: string, stderr: Writable): Promise<string> {
  const shown = visibleText(path)
  const made = randomBytes(32).toString('hex')
  try {
    await writeFile(path, `${made}\n`, { flag: 'wx', mode: 0o600 })
    stderr.write(`A new salt is in ${shown}: keep it, so that later files have the same stand-ins.\n`)
    return made
  } catch (error) {
    if (errorCode(error) !== 'EEXIST')
      throw new UsageError(`${shown} cannot be written (${errorCode(error)})`, { cause: error })
  }
  const salt = (await readSome(path)).trim()
  if (salt.length >= MIN_SALT_LENGTH) return salt
  throw new UsageError(`The salt in ${shown} is too short: ${MIN_SALT_LENGTH} characters at least`)
}

async function readSome(path: string): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_SALT_BYTES + 1))
      if (bytesRead > MAX_SALT_BYTES) throw new UsageError(`${visibleText(path)} is too large for a salt`)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${visibleText(path)} cannot be read (${errorCode(error)})`, { cause: error })
  }
}

/** Writes a file that only this user can read; it appears when it is whole. */
async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.part`
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600 })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new UsageError(`${visibleText(path)} cannot be written (${errorCode(error)})`, { cause: error })
  }
}
