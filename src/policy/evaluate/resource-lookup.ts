/** Finds resources by their names through maps that are made once for each list. The lists never change. */

interface Named {
  readonly namespace: string
  readonly name: string
}

type Lookup = ReadonlyMap<string, readonly Named[]>

const byName = new WeakMap<readonly Named[], Lookup>()
const byNamespace = new WeakMap<readonly Named[], Lookup>()

function grouped(list: readonly Named[], keyOf: (item: Named) => string): Lookup {
  const groups = new Map<string, Named[]>()
  for (const item of list) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

function lookupIn(
  lookups: WeakMap<readonly Named[], Lookup>,
  list: readonly Named[],
  keyOf: (item: Named) => string,
): Lookup {
  const known = lookups.get(list)
  if (known !== undefined) return known
  const made = grouped(list, keyOf)
  lookups.set(list, made)
  return made
}

/** Names of Kubernetes have no slash. */
function nameKey({ namespace, name }: Named): string {
  return `${namespace}/${name}`
}

/** All of that name, as of several kinds. */
export function allNamed<T extends Named>(list: readonly T[], namespace: string, name: string): readonly T[] {
  const found = lookupIn(byName, list, nameKey).get(nameKey({ namespace, name })) ?? []
  return found as readonly T[] // the lookup has items of this list alone
}

/** The first one of that name. */
export function findNamed<T extends Named>(
  list: readonly T[],
  namespace: string,
  name: string,
): T | undefined {
  return allNamed(list, namespace, name)[0]
}

export function inNamespace<T extends Named>(list: readonly T[], namespace: string): readonly T[] {
  const found = lookupIn(byNamespace, list, (item) => item.namespace).get(namespace) ?? []
  return found as readonly T[] // as above
}
