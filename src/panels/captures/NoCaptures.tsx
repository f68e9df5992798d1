import type { ReactNode } from 'react'

/** The list while no capture was opened in this browser: how to get one. */
export function NoCaptures() {
  return (
    <div className="rounded-[10px] border border-line bg-surface px-5 py-4">
      <h3 className="font-semibold">No capture was opened in this browser yet</h3>
      <dl className="mt-2 grid gap-2">
        <Way name="Drop">
          a file or a folder anywhere on the page: our own captures, answers of Goldmane and Whisker, Felix’s
          flow logs, Hubble, NetObserv, also gzipped or inside logs
        </Way>
        <Way name="Paste">records or a policy trace as text</Way>
        <Way name="Export">what a filter shows, as a capture: Ctrl S</Way>
        <Way name="Terminal">
          <code className="text-xs break-all text-ink">flowtrace record --goldmane URL --out FILE</code>{' '}
          records the flows of a cluster
        </Way>
      </dl>
    </div>
  )
}

function Way({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-2">
      <dt className="w-20 flex-none font-medium">{name}</dt>
      <dd className="text-muted">{children}</dd>
    </div>
  )
}
