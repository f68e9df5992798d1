import { Icon } from '../../ui/Icon.tsx'
import { Recordings, RecordingsNote, type RecordingsProps } from './Recordings.tsx'

/** The recordings in a dialog, beside whatever screen is shown. */
export function RecordingPanel({
  onClose,
  given,
  save,
}: Pick<RecordingsProps, 'given' | 'save'> & { onClose: () => void }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex items-center gap-3 border-b border-line px-4 py-2.5">
        <h2 className="font-semibold">Recordings</h2>
        <p className="min-w-0 flex-1 truncate text-muted">in this browser, nothing is uploaded</p>
        <button
          type="button"
          aria-label="Close"
          title="Close"
          onClick={onClose}
          className="-mr-2 grid size-7 flex-none place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink phone:size-11"
        >
          <Icon name="close" />
        </button>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">
        <Recordings
          onOpen={onClose}
          {...(given === undefined ? {} : { given })}
          {...(save === undefined ? {} : { save })}
        />
      </div>
      <footer className="border-t border-line px-4 py-2.5">
        <RecordingsNote {...(given === undefined ? {} : { given })} />
      </footer>
    </div>
  )
}
