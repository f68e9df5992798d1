import { useEffect } from 'react'

import { useFlowtrace } from '../../../state/client/flowtrace.ts'
import type { VisibleRows } from './row-geometry.ts'

/** Rows requested beyond each end of the screen, so that a short scroll needs no answer of the worker. */
const MARGIN_ROWS = 40

/** Requests the window of rows around those on the screen, in steps of the margin. */
export function useRequestedRows({ first, last }: Pick<VisibleRows, 'first' | 'last'>): void {
  const { client } = useFlowtrace()
  useEffect(() => {
    const from = Math.max(0, Math.floor((first - MARGIN_ROWS) / MARGIN_ROWS) * MARGIN_ROWS)
    client.setWindow(from, Math.ceil((last - from + MARGIN_ROWS + 1) / MARGIN_ROWS) * MARGIN_ROWS)
  }, [client, first, last])
}
