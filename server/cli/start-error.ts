/** The server cannot start. The message is one line. */
export class StartError extends Error {
  override readonly name = 'StartError'
  /** Commands that help, one a line. */
  readonly commands: readonly string[]

  constructor(
    message: string,
    { commands = [], ...options }: ErrorOptions & { commands?: readonly string[] } = {},
  ) {
    super(message, options)
    this.commands = commands
  }
}
