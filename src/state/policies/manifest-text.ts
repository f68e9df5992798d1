/** Tells files of Kubernetes objects from captures, by what is in them. */

/** The kind of an object stands near its beginning, behind comments at most. */
const HEAD_BYTES = 64 * 1024

/** No capture is written in YAML. */
const YAML_NAME = /\.ya?ml$/i

/** As `apiVersion: projectcalico.org/v3`, in YAML and in JSON, also in the middle of a line. */
const API_VERSION = /(^|[\s{,"'])apiVersion["']?\s*:\s*["']?[a-z0-9]/m
const KIND = /(^|[\s{,"'])kind["']?\s*:\s*["']?[A-Za-z]/m

/** Whether a text, or its beginning, is of Kubernetes objects. It may be broken all the same. */
export function holdsObjects(text: string): boolean {
  return API_VERSION.test(text) && KIND.test(text)
}

/** Whether a file is one of Kubernetes objects. A file that cannot be read is none: whoever reads it next says so. */
export async function isManifest(file: File): Promise<boolean> {
  if (YAML_NAME.test(file.name)) return true
  try {
    return holdsObjects(await file.slice(0, HEAD_BYTES).text())
  } catch {
    return false
  }
}
