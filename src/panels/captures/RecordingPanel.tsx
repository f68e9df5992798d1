import { PanelHead } from '../../ui/PanelHead.tsx'
import { Recordings, RecordingsNote, type RecordingsProps } from './Recordings.tsx'

/** The recordings in a dialog, beside whatever screen is shown. */
export function RecordingPanel({
  onClose,
  given,
  save,
}: Pick<RecordingsProps, 'given' | 'save'> & { onClose: () => void }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PanelHead title="Recordings" onClose={onClose}>
        in this browser, nothing is uploaded
      </PanelHead>
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
