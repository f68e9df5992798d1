import type { EndName as Name } from '../layout/end-names.ts'

/** `namespace/name`, shortened to fit; an end without a namespace is its name alone. */
export function EndName({ namespace, name }: Name) {
  return (
    <span className="font-mono text-[11.5px] tracking-[-0.01em] whitespace-pre">
      <span className="text-muted">{namespace === '' ? '' : `${namespace}/`}</span>
      <span className="font-semibold">{name}</span>
    </span>
  )
}
