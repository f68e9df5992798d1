/** The one door through which an error reaches the screen: a plain sentence, and what can be done. */
export type TroubleKind =
  /** Nobody answers, or the connection broke: worth trying again. */
  | 'offline'
  /** Goldmane or the gateway refused: certificate, permission, too many streams. */
  | 'refused'
  /** What came does not parse. */
  | 'bad-data'
  /** A format or a version that this program does not read. */
  | 'unsupported'
  /** Our own mistake. */
  | 'bug'

export interface Trouble {
  readonly kind: TroubleKind
  /** One or two plain sentences for the reader of the screen. */
  readonly say: string
  /** The words of the layer below, for whoever looks into it. */
  readonly detail: string | null
  /** Whether trying again by itself makes sense. */
  readonly retry: boolean
}
