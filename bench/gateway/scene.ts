/** A measurement's processes: one in Goldmane's place, the gateway, a plain pipe to compare with, and the browsers. */
import type { BrowsersReport } from './browsers-role.ts'
import type { GatewayReport } from './gateway-role.ts'
import { Part } from './processes.ts'
import type { UpstreamReport } from './upstream-role.ts'

export interface SceneOptions {
  readonly keys: number
  readonly backFillBuckets?: number
  readonly liveKeys?: number
  readonly ringBytes?: number
}

export type Served = 'gateway' | 'pipe'

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

export class Scene {
  readonly #upstream: Part
  readonly #browsers: Part
  readonly #parts: Readonly<Record<Served, Part>>
  readonly #ports: Readonly<Record<Served, number>>

  private constructor(
    upstream: Part,
    browsers: Part,
    parts: Readonly<Record<Served, Part>>,
    ports: Readonly<Record<Served, number>>,
  ) {
    this.#upstream = upstream
    this.#browsers = browsers
    this.#parts = parts
    this.#ports = ports
  }

  /** @param script the bundled benchmark */
  static async start(script: string, options: SceneOptions): Promise<Scene> {
    const epoch = Date.now()
    const { keys, backFillBuckets = 0, liveKeys = keys, ringBytes } = options
    const upstream = new Part(script, 'upstream', { epoch, keys, backFillBuckets, liveKeys })
    const ports = await upstream.ask<Record<string, unknown>>({ ask: 'ports' })
    const gateway = new Part(script, 'gateway', ringBytes === undefined ? ports : { ...ports, ringBytes })
    const pipe = new Part(script, 'pipe', ports)
    const browsers = new Part(script, 'browsers', { epoch })
    return new Scene(
      upstream,
      browsers,
      { gateway, pipe },
      { gateway: await gateway.ask({ ask: 'port' }), pipe: await pipe.ask({ ask: 'port' }) },
    )
  }

  send(flowsPerSecond: number): Promise<null> {
    return this.#upstream.ask({ ask: 'start', flowsPerSecond })
  }

  stopSending(): Promise<UpstreamReport> {
    return this.#upstream.ask({ ask: 'stop' })
  }

  upstream(): Promise<UpstreamReport> {
    return this.#upstream.ask({ ask: 'report' })
  }

  gateway(): Promise<GatewayReport> {
    return this.#parts.gateway.ask({ ask: 'report' })
  }

  /** Microseconds of CPU of the process that serves the browsers. */
  async cpu(served: Served): Promise<number> {
    const { cpu } = await this.#parts[served].ask<{ readonly cpu: number }>({ ask: 'report' })
    return cpu
  }

  /** @param start as start_time_gte */
  open(served: Served, count: number, start: number): Promise<null> {
    return this.#browsers.ask({ ask: 'open', port: this.#ports[served], count, start })
  }

  churn(count: number, atATime: number, start: number): Promise<null> {
    return this.#browsers.ask({ ask: 'churn', port: this.#ports.gateway, count, atATime, start })
  }

  stall(index: number): Promise<null> {
    return this.#browsers.ask({ ask: 'stall', index })
  }

  resume(index: number): Promise<null> {
    return this.#browsers.ask({ ask: 'resume', index })
  }

  forgetDelays(): Promise<null> {
    return this.#browsers.ask({ ask: 'forget delays' })
  }

  browsers(): Promise<BrowsersReport> {
    return this.#browsers.ask({ ask: 'report' })
  }

  closeBrowsers(): Promise<null> {
    return this.#browsers.ask({ ask: 'close all' })
  }

  /** Waits until the gateway holds so many records and says that it is live. */
  async untilHeld(records: number): Promise<void> {
    for (;;) {
      const report = await this.gateway()
      if (report.records >= records && report.state === 'live') return
      await pause(50)
    }
  }

  /** Waits until each browser of them has so many flows, or none has got another for three seconds. */
  async untilReceived(
    flows: number,
    isAsked: (index: number) => boolean = () => true,
  ): Promise<BrowsersReport> {
    let before = -1
    let still = 0
    for (;;) {
      const report = await this.browsers()
      const counts = report.counts.filter((_, index) => isAsked(index))
      const sum = counts.reduce((total, count) => total + count, 0)
      still = sum === before ? still + 1 : 0
      before = sum
      if (counts.every((count) => count >= flows) || still > 60) return report
      await pause(50)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      [this.#upstream, this.#browsers, ...Object.values(this.#parts)].map((part) => part.stop()),
    )
  }
}
