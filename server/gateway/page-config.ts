/** The content of /config.json, which tells the page its source. `endpoint` and `url` are relative to that address. */
export interface PageConfig {
  readonly source:
    | ({
        readonly kind: 'live'
        readonly name: string
        readonly endpoint: string
        /** Whether the route `demo` is there, by which its policies are chosen. */
        readonly demo?: true
      } & WithAddresses)
    | ({ readonly kind: 'capture'; readonly name: string; readonly url: string } & WithAddresses)
  /** When there are several. */
  readonly clusters?: readonly ({ readonly name: string; readonly endpoint: string } & WithAddresses)[]
}

interface WithAddresses {
  /** The address of its policies.json; absent where none are read. */
  readonly policies?: string
  /** The address of its history.json; absent where nothing is recorded. */
  readonly history?: string
}
