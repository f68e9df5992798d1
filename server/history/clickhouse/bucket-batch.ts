/** Stores a batch of buckets: their keys, their claims, their records and the notes that they are whole, each with one INSERT. */
import { createHash } from 'node:crypto'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { ensure } from '../../../src/lib/assert.ts'
import type { Bucket, EntryId, PutOutcome } from '../history-store.ts'
import { actionCode } from '../sql/tables.ts'
import { type BucketLedger, type BucketNote, heldOf, type LedgerBucket } from './bucket-ledger.ts'
import { digestOf, factBlock, writeKeyRow } from './bucket-rows.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import type { KeptSince } from './kept-since.ts'
import type { KnownEntries, KnownOfCluster } from './known-entries.ts'
import { RowBinaryWriter } from './row-binary.ts'

/** Keys that are sent with one INSERT. */
const MAX_KEYS_AT_ONCE = 20_000
const GRAIN = 15

interface Parts {
  readonly connection: ClickHouseConnection
  readonly ledger: BucketLedger
  readonly known: KnownEntries
  readonly keptSince: KeptSince
}

interface Accepted {
  readonly bucket: Bucket
  readonly noted: LedgerBucket
  readonly notes: readonly BucketNote[]
}

/** Of buckets no two are of one cluster and start. */
export async function putBatch(parts: Parts, buckets: readonly Bucket[]): Promise<readonly PutOutcome[]> {
  const { connection, ledger } = parts
  const keptSince = await parts.keptSince.time(Date.now())
  const notes = await ledger.notesOf(GRAIN, buckets)
  const outcomes = buckets.map((bucket, i) =>
    bucket.start < keptSince ? 'too old' : outcomeOf(bucket, notes[i] ?? []),
  )
  const accepted = buckets.flatMap((bucket, i): readonly Accepted[] =>
    outcomes[i] === 'stored' ? [{ bucket, noted: ledgerBucketOf(bucket), notes: notes[i] ?? [] }] : [],
  )
  if (accepted.length === 0) return outcomes
  // First the keys, so that no record is ever seen without its own.
  const actions = await putKeys(parts, accepted)
  const revisions = await ledger.claim(
    GRAIN,
    accepted.map(({ noted }) => noted),
    accepted.map((each) => each.notes),
  )
  const rows = accepted.reduce((sum, { noted }) => sum + noted.rows, 0)
  if (rows > 0) {
    const block = factBlock(
      accepted.map(({ bucket }, i) => ({
        bucket,
        revision: ensure(revisions[i], 'revision'),
        actions: ensure(actions[i], 'actions'),
      })),
    )
    await connection.insertBlock('flows', block, tokenOf(accepted, revisions))
  }
  await ledger.finish(
    GRAIN,
    accepted.map(({ noted }, i) => ({ bucket: noted, revision: ensure(revisions[i], 'revision') })),
  )
  return outcomes
}

function outcomeOf({ version, entries }: Bucket, notes: readonly BucketNote[]): PutOutcome {
  const held = heldOf(notes)
  if (held === undefined) return 'stored'
  if (held.version >= version) return 'known'
  return held.rows > entries.length ? 'poorer' : 'stored'
}

function ledgerBucketOf(bucket: Bucket): LedgerBucket {
  const { cluster, start, seconds, version, entries } = bucket
  return { cluster, start, seconds, version, rows: entries.length, digest: digestOf(bucket) }
}

/** The same for another try of the same buckets. Where they come in other batches then, FINAL removes what was written twice. */
function tokenOf(accepted: readonly Accepted[], revisions: readonly number[]): string {
  const hash = createHash('sha256')
  for (const [i, { noted }] of accepted.entries()) {
    const { cluster, start, version, digest } = noted
    hash.update(JSON.stringify([cluster, start, revisions[i], version, `${digest}`]))
  }
  return hash.digest('hex')
}

/** Sends the keys that are not known. Returns the codes of the actions of each bucket's entries, in their order. */
async function putKeys(
  { connection, known }: Parts,
  accepted: readonly Accepted[],
): Promise<readonly Uint8Array[]> {
  const batch = new KeyBatch(connection)
  const actions: Uint8Array[] = []
  for (const { bucket } of accepted) {
    const { cluster, start, entries, keyOf } = bucket
    const ofCluster = await known.of(cluster, start)
    const codes = new Uint8Array(entries.length)
    for (const row of ofCluster.fill(entries, codes)) {
      const entry = ensure(entries[row], 'entry')
      codes[row] = batch.codeOf(ofCluster, entry) ?? batch.add(ofCluster, bucket, entry, keyOf(entry))
      if (batch.size >= MAX_KEYS_AT_ONCE) await batch.send()
    }
    actions.push(codes)
  }
  await batch.send()
  return actions
}

/** Keys that are to be sent, each once. */
class KeyBatch {
  readonly #connection: ClickHouseConnection
  readonly #codes = new Map<KnownOfCluster, Map<EntryId, number>>()
  #writer = new RowBinaryWriter()
  size = 0

  constructor(connection: ClickHouseConnection) {
    this.#connection = connection
  }

  codeOf(ofCluster: KnownOfCluster, entry: EntryId): number | undefined {
    return this.#codes.get(ofCluster)?.get(entry)
  }

  /** Returns the code of the key's action. */
  add(ofCluster: KnownOfCluster, bucket: Bucket, entry: EntryId, key: LabelledKey): number {
    writeKeyRow(this.#writer, bucket, entry, key)
    const codes = this.#codes.get(ofCluster) ?? new Map<EntryId, number>()
    this.#codes.set(ofCluster, codes)
    const code = actionCode(key.key.action)
    codes.set(entry, code)
    this.size += 1
    return code
  }

  async send(): Promise<void> {
    if (this.size === 0) return
    await this.#connection.insert('keys', this.#writer.take())
    for (const [ofCluster, codes] of this.#codes)
      for (const [entry, code] of codes) ofCluster.add(entry, code)
    this.#codes.clear()
    this.#writer = new RowBinaryWriter()
    this.size = 0
  }
}
