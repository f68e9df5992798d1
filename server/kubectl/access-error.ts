/** The sentences for what stands between the user and Goldmane, each with the command that clears it. */
import { unreachable } from '../../src/lib/assert.ts'
import { KubectlFailure } from './kubectl-failure.ts'

/** Goldmane cannot be reached through kubectl. The message is a sentence without its full stop. */
export class ClusterAccessError extends Error {
  override readonly name = 'ClusterAccessError'
  /** Commands, one a line, for the user or for an administrator. */
  readonly commands: readonly string[]

  constructor(message: string, commands: readonly string[] = [], options?: ErrorOptions) {
    super(message, options)
    this.commands = commands
  }
}

/** A right in a namespace, as `kubectl create role` takes it. */
export interface Right {
  /** What it is for, after "You may not": "read the Secret x". */
  readonly act: string
  readonly namespace: string
  readonly verb: string
  readonly resource: string
  /** The one object that is meant; null where the right cannot be limited to one. */
  readonly object: string | null
}

/** The error that a failure of kubectl means when it asked for this right. `context` is for the sentence. */
export function accessError(error: unknown, right: Right, context: string): unknown {
  if (!(error instanceof KubectlFailure)) return error
  const options = { cause: error }
  const { message, problem } = error
  switch (problem) {
    case 'no-kubectl':
      return new ClusterAccessError(
        message === 'EACCES' ? 'kubectl on the PATH cannot be run' : 'There is no kubectl on the PATH',
        ['https://kubernetes.io/docs/tasks/tools/'],
        options,
      )
    case 'timeout':
      return new ClusterAccessError(
        `kubectl did not answer within a minute; try it by hand`,
        [`kubectl --context ${quoted(context)} get service -n ${right.namespace}`],
        options,
      )
    case 'no-context':
      return new ClusterAccessError(
        /current-context is not set|no context exists/i.test(message)
          ? `kubectl has no current context; --context NAME takes one of its others`
          : `kubectl has no such context (${message})`,
        ['kubectl config get-contexts'],
        options,
      )
    case 'unreachable':
      return new ClusterAccessError(
        `The API server of ${context} cannot be reached (${message})`,
        [`kubectl --context ${quoted(context)} cluster-info`],
        options,
      )
    case 'unauthenticated':
      return new ClusterAccessError(
        `The API server of ${context} does not accept your login (${message}); log in as you do for kubectl, then try again`,
        [`kubectl --context ${quoted(context)} auth whoami`],
        options,
      )
    case 'forbidden':
      return new ClusterAccessError(
        `You may not ${right.act} in the namespace ${right.namespace} of ${context}; an administrator grants it so`,
        grantCommands(right, error.user),
        options,
      )
    case 'not-found':
    case 'no-such-type':
    case 'other':
      return new ClusterAccessError(
        `kubectl could not ${right.act} in the namespace ${right.namespace} of ${context} (${message})`,
        [],
        options,
      )
    default:
      return unreachable(problem, 'problem of kubectl')
  }
}

/** A role with that right alone, bound to the user. */
export function grantCommands(right: Right, user: string | null): string[] {
  const { namespace, verb, resource, object } = right
  const name = `flowtrace-${verb}-${object ?? resource}`.replaceAll(/[,/]/g, '-')
  const limit = object === null ? '' : ` --resource-name=${object}`
  return [
    `kubectl create role ${name} -n ${namespace} --verb=${verb} --resource=${resource}${limit}`,
    `kubectl create rolebinding ${name} -n ${namespace} --role=${name} ${subjectFlag(user)}`,
  ]
}

function subjectFlag(user: string | null): string {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user ?? '') ?? []
  if (account !== undefined) return `--serviceaccount=${namespace}:${account}`
  return `--user=${user === null ? 'NAME' : quoted(user)}`
}

/** The text as one word of a POSIX shell, for a command that the user copies. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
