/** Tells what went wrong from what kubectl prints: it has one exit status for everything. */
import { errorCode } from '../lib/error-code.ts'

export type KubectlProblem =
  /** There is no kubectl on the PATH, or it cannot be run. */
  | 'no-kubectl'
  /** It did not end in time. */
  | 'timeout'
  /** The context, or the configuration, does not exist. */
  | 'no-context'
  /** The API server does not answer. */
  | 'unreachable'
  /** The API server does not accept the user's credentials, or there are none. */
  | 'unauthenticated'
  /** The user may not do this. */
  | 'forbidden'
  | 'not-found'
  /** The cluster does not know this type of resource. */
  | 'no-such-type'
  | 'other'

export class KubectlFailure extends Error {
  override readonly name = 'KubectlFailure'
  readonly problem: KubectlProblem
  /** The name that the API server has for the user, where it says so with a refusal. */
  readonly user: string | null

  /** `words` is what kubectl printed, on one line. */
  constructor(problem: KubectlProblem, words: string, user: string | null = null) {
    super(words)
    this.problem = problem
    this.user = user
  }
}

/** In the order in which they are looked for. */
const PROBLEMS: readonly (readonly [KubectlProblem, RegExp])[] = [
  ['forbidden', /\(Forbidden\)|\bis forbidden\b/i],
  ['no-such-type', /doesn't have a resource type|no matches for kind/i],
  ['no-context', /context .*(does not exist|was not found)|no context exists|current-context is not set/i],
  [
    'unauthenticated',
    /Unauthorized|must be logged in|provide credentials|getting credentials|executable .* not found/i,
  ],
  ['not-found', /\(NotFound\)|\bnot found\b/i],
  [
    'unreachable',
    /unable to connect|was refused|connection refused|no such host|i\/o timeout|handshake timeout|x509:|deadline exceeded/i,
  ],
]

/** Longer lines are cut: they are for a terminal. */
const MAX_WORDS = 300

/** @param error What Node reports of the child process. */
export function failureOf(error: unknown, stderr: string): KubectlFailure {
  const code = errorCode(error)
  if (code === 'ENOENT' || code === 'EACCES') return new KubectlFailure('no-kubectl', code)
  if (error instanceof Error && 'killed' in error && error.killed === true) {
    return new KubectlFailure('timeout', 'it did not end within a minute')
  }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const words = (lines.at(-1) ?? code).replace(/^error:\s*/i, '').slice(0, MAX_WORDS)
  const problem = PROBLEMS.find(([, pattern]) => pattern.test(stderr))?.[0] ?? 'other'
  return new KubectlFailure(problem, words, /User "([^"]{1,200})" cannot/.exec(stderr)?.[1] ?? null)
}
