import { CaptureOpening } from '../captures/capture-opening.ts'
import { navigate } from '../view/navigation.ts'

/** The opening of captures, which refuses every file unless a part of it is given. */
export function fakeOpening(
  parts: Partial<ConstructorParameters<typeof CaptureOpening>[0]> = {},
): CaptureOpening {
  return new CaptureOpening({
    prepare: () => {},
    check: () => Promise.reject(new Error('nothing is opened here')),
    openBundle: async () => null,
    takePolicies: async (files) => files,
    wanted: () => null,
    navigate,
    open: () => {},
    keep: () => {},
    ...parts,
  })
}
