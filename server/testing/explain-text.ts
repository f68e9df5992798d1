import { parseExplain } from '../cli/explain-options.ts'
import { runExplain } from '../cli/run-explain.ts'
import { type Ran, runOnStreams } from './run-on-streams.ts'

/** Runs `flowtrace explain` with these arguments, the content on standard input. */
export async function explainText(
  content: string | Uint8Array,
  argv: readonly string[],
): Promise<Omit<Ran, 'bytes'>> {
  const command = parseExplain(argv)
  if (command.command !== 'explain') throw new Error('that is a call for help')
  const { status, out, error } = await runOnStreams(content, (streams) => runExplain(command, streams))
  return { status, out, error }
}
