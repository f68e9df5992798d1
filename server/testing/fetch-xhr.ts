/** The part of XMLHttpRequest that `grpc-web` uses, over Node's fetch, so that the page's own calls run in a test. */
import { ensure } from '../../src/lib/assert.ts'

export class FetchXhr {
  readyState = 0
  status = 0
  statusText = ''
  response: ArrayBuffer | null = null
  responseType = ''
  onreadystatechange: (() => void) | null = null
  readonly #requestHeaders = new Headers()
  readonly #abort = new AbortController()
  #url = ''
  #headers = new Headers()

  open(_method: string, url: string): void {
    this.#url = url
    this.#enter(1)
  }

  setRequestHeader(name: string, value: string): void {
    this.#requestHeaders.set(name, value)
  }

  send(body: BodyInit): void {
    void this.#fetch(body).catch(() => this.#enter(4))
  }

  abort(): void {
    this.#abort.abort()
  }

  getResponseHeader(name: string): string | null {
    return this.#headers.get(name)
  }

  getAllResponseHeaders(): string {
    return [...this.#headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  async #fetch(body: BodyInit): Promise<void> {
    const { signal } = this.#abort
    const response = await fetch(ensure(this.#url, 'open comes before send'), {
      method: 'POST',
      headers: this.#requestHeaders,
      body,
      signal,
    })
    this.status = response.status
    this.#headers = response.headers
    this.#enter(2)
    this.response = await response.arrayBuffer()
    this.#enter(4)
  }

  #enter(readyState: number): void {
    this.readyState = readyState
    this.onreadystatechange?.()
  }
}
