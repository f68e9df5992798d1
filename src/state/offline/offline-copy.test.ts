import { describe, expect, test, vi } from 'vitest'

import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { OfflineCopy } from './offline-copy.ts'

/** A service worker that is installed, or on its way. */
class FakeWorker extends EventTarget {
  readonly messages: unknown[] = []
  state = 'installing'

  postMessage(message: unknown): void {
    this.messages.push(message)
  }

  reach(state: string): void {
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null
  waiting: FakeWorker | null = null
  readonly update = vi.fn(() => Promise.resolve())

  /** The server has another script. */
  install(): FakeWorker {
    const worker = new FakeWorker()
    this.installing = worker
    this.dispatchEvent(new Event('updatefound'))
    return worker
  }
}

class FakeContainer extends EventTarget {
  readonly registration = new FakeRegistration()
  readonly ready = Promise.resolve(this.registration)
  controller: FakeWorker | null = null
  readonly register = vi.fn(() => Promise.resolve(this.registration))

  control(worker: FakeWorker): void {
    this.controller = worker
    this.dispatchEvent(new Event('controllerchange'))
  }
}

function setUp(change: (container: FakeContainer) => void = () => {}) {
  const container = new FakeContainer()
  change(container)
  const reload = vi.fn()
  const clock = new ManualClock()
  // All that the code uses of a container.
  const copy = new OfflineCopy(container as unknown as ServiceWorkerContainer, reload, clock)
  return { container, copy, reload, clock, registration: container.registration }
}

const isControlled = (container: FakeContainer) => {
  container.controller = new FakeWorker()
}

describe('the offline copy', () => {
  test('is kept from the first visit on, which is no newer version', async () => {
    const { copy, container, registration } = setUp()
    await copy.keep()
    const worker = registration.install()
    worker.reach('installed')
    container.control(worker)
    expect(copy.get()).toBe('kept')
  })

  test('is newer once another version is there, at the start or later', async () => {
    const atStart = setUp((container) => {
      isControlled(container)
      container.registration.waiting = new FakeWorker()
    })
    await atStart.copy.keep()
    expect(atStart.copy.get()).toBe('newer')

    const { copy, registration } = setUp(isControlled)
    await copy.keep()
    const worker = registration.install()
    expect(copy.get()).toBe('kept')
    worker.reach('installed')
    expect(copy.get()).toBe('newer')
  })

  test('is newer when another tab has loaded another version', async () => {
    const { copy, container } = setUp(isControlled)
    await copy.keep()
    container.control(new FakeWorker())
    expect(copy.get()).toBe('newer')
  })

  test('of a newer version is loaded when it has control', async () => {
    const { copy, container, registration, reload } = setUp(isControlled)
    await copy.keep()
    const worker = new FakeWorker()
    registration.waiting = worker
    copy.loadNewer()
    expect(worker.messages).toEqual(['use-this-version'])
    expect(reload).not.toHaveBeenCalled()
    container.control(worker)
    expect(reload).toHaveBeenCalledTimes(1)
  })

  test('is looked for once an hour, also after the server was away', async () => {
    const { copy, registration, clock } = setUp()
    registration.update.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    await copy.keep()
    clock.advance(60 * 60_000)
    expect(registration.update).toHaveBeenCalledTimes(1)
    clock.advance(60 * 60_000)
    expect(registration.update).toHaveBeenCalledTimes(2)
  })

  test('is none where the browser has no service workers, or refuses one', async () => {
    const without = new OfflineCopy(undefined)
    await without.keep()
    expect(without.get()).toBe('none')
    const { copy, container } = setUp()
    container.register.mockRejectedValueOnce(new DOMException('no', 'SecurityError'))
    await copy.keep()
    expect(copy.get()).toBe('none')
  })
})
