/** Who asks, and what they may see; the result of authentication and authorisation. */
export interface Viewer {
  /** The user's name, for the screen and the log; null where nobody is asked for it. */
  readonly name: string | null
  /** The namespaces that the viewer may see: a flow is delivered when its source or its destination is in one. */
  readonly namespaces: 'all' | ReadonlySet<string>
  /** Whether the other end of such a flow is hidden when it is in a namespace that the viewer may not see. */
  readonly hidesOtherEnd: boolean
}

/** Sees everything: the viewer of a gateway without authentication. */
export const EVERYONE: Viewer = { name: null, namespaces: 'all', hidesOtherEnd: false }
