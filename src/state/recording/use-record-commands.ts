/** The command that begins and stops a recording. */
import { nothingRecordedWords } from '../../recording/first-records.ts'
import { useCommand } from '../commands/commands.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { recordingChoices } from '../remembered/recording-choices.ts'
import { useView } from '../view/navigation.ts'
import { useRecording, useRecordings } from './use-recording.ts'

export function useRecordCommands(): void {
  const { source } = useFlowtrace()
  const [{ filter }] = useView()
  const { running, canBegin, begin, stop } = useRecording(useRecordings())
  useCommand(
    'record',
    async () => {
      if (running !== null) {
        const ended = await stop()
        const nothing = ended === null ? null : nothingRecordedWords(ended)
        return nothing ?? 'Recording stopped and kept'
      }
      const refused = await begin()
      if (refused !== null) return refused
      const isFiltered = recordingChoices().what === 'filtered' && filter.kind !== 'all'
      return `Recording ${source.name}${isFiltered ? ', as filtered' : ''}: r stops it`
    },
    running !== null || canBegin,
  )
}
