import { Component, type ReactNode } from 'react'

/** Catches an error that a component throws, and shows its message and stack for a bug report in place of a blank page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    // The words of Chromium and Firefox for a lazy chunk that could not be fetched.
    const chunkMissing = /dynamically imported module/i.test(error.message)
    return (
      <main
        className="mx-auto flex h-full max-w-xl flex-col items-start justify-center gap-3 p-6"
        role="alert"
      >
        <h1 className="text-lg font-semibold">
          {chunkMissing ? 'A part of the page could not be loaded' : 'Flowtrace made a mistake'}
        </h1>
        <p>
          {chunkMissing
            ? 'The server is away, or another version was installed on it since this page was opened. Reloading opens the same view again.'
            : 'This is a bug in the page, not in your cluster. Reloading opens the same view again.'}
        </p>
        <pre className="max-h-60 w-full overflow-auto rounded-lg border border-line bg-surface p-3 font-mono text-xs whitespace-pre-wrap">
          {error.message}
          {'\n'}
          {error.stack}
        </pre>
        <button
          type="button"
          className="rounded-[7px] border border-line bg-surface px-3 py-1.5"
          onClick={() => window.location.reload()}
        >
          Reload
        </button>
      </main>
    )
  }
}
