// A lint rule: members that only their class may use are #private, which holds at run time too, and not `private`.

/** @type {(context: any) => any} */
const create = (context) => {
  /** @param {any} node */
  const check = (node) => {
    // A private constructor has no other spelling.
    if (node.kind === 'constructor') return
    if (node.accessibility !== 'private' && node.accessibility !== 'protected') return
    context.report({
      node,
      message: `Write #name instead of \`${node.accessibility}\`, which holds at compile time only.`,
    })
  }
  return { PropertyDefinition: check, MethodDefinition: check }
}

const plugin = {
  meta: { name: 'flowtrace' },
  rules: { 'private-by-name': { meta: { type: 'problem' }, create } },
}

// oxlint loads a plugin by its default export.
export default plugin
