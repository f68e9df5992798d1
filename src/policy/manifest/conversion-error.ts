import type { YamlNode } from './yaml-tree.ts'

/** Why a rule of Kubernetes cannot be converted to one of Calico. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError'
  readonly node: YamlNode
  readonly path: string

  constructor(node: YamlNode, path: string, reason: string) {
    super(reason)
    this.node = node
    this.path = path
  }
}
