/// <reference lib="webworker" />
/** The worker's entry: a session behind the messages of one page. */
import type { FromWorker, ToWorker } from './protocol.ts'
import { Session } from './session.ts'

declare const self: DedicatedWorkerGlobalScope

const session = new Session((message: FromWorker) => self.postMessage(message))
self.addEventListener('message', (event: MessageEvent<ToWorker>) => session.receive(event.data))
