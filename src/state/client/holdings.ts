/** What the worker holds, and what became of the source that it reads. */
import type * as protocol from '../../store/protocol.ts'

/** How many records are held, of which times, in how many bytes, and how many were lost or refused. */
export type Holdings = protocol.Holdings

/** Whether the source is being opened, streams, has failed, or was read to its end. */
export type SourceState = protocol.SourceState
