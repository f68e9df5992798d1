/// <reference lib="webworker" />
/** The entry of the worker that decompresses a file for the one that parses it. */
import { servePlainBytes } from './plain-bytes.ts'

declare const self: DedicatedWorkerGlobalScope

servePlainBytes(self)
