/** The one place that decides how a record is written into a capture and into JSON lines. */
import { writeFlow } from '../capture/write.ts'
import type { Flow } from '../flows/flow.ts'

/** One record as a line of JSON, in Goldmane's protojson, with its line end. */
export function recordLine(flow: Flow): string {
  return `${writeFlow(flow)}\n`
}
