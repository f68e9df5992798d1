/** Runs a task after the next frame was painted; in a hidden tab, which is not painted, when it is shown again. */
export function afterPaint(run: () => void): void {
  // A frame's callbacks come before its paint, a task that they start after it.
  requestAnimationFrame(() => setTimeout(run))
}
