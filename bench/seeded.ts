/** Deterministic choices for synthetic traffic. */

/** A pseudo-random generator of numbers from 0 to 1, seeded (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** An element of the list; the first ones are chosen more often. */
export function chooseSkewed<T>(list: readonly T[], random: () => number): T {
  const value = list[Math.floor(random() ** 2 * list.length)]
  if (value === undefined) throw new Error('an empty list')
  return value
}

export const NAMESPACES = Array.from({ length: 40 }, (_, i) => (i === 0 ? 'kube-system' : `team-${i}`))
export const APPS = Array.from({ length: 120 }, (_, i) => `service-${i}`)
export const POLICIES = Array.from({ length: 60 }, (_, i) => `allow-${i}`)
export const PORTS = [443, 80, 8080, 53, 5432, 6379, 9090, 8443, 3000, 9200]
