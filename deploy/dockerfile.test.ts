/** The image: what can be told of it without building it. No engine runs where the tests run. */
import { existsSync } from 'node:fs'
import { DockerfileParser, type Instruction } from 'dockerfile-ast'
import { describe, expect, test } from 'vitest'
import * as manifest from '../package.json'
import { packages } from '../package-lock.json'
import { root } from '../scripts/run.mjs'
import { at, find, readDeployFile, readManifests } from './testing/manifests.ts'

const dockerfile = DockerfileParser.parse(readDeployFile('Dockerfile'))
const instructions = dockerfile.getInstructions()
const lastFrom = instructions.findLastIndex((one) => one.getKeyword() === 'FROM')
const build = instructions.slice(0, lastFrom)
const image = instructions.slice(lastFrom)

function argumentsOf(part: readonly Instruction[], keyword: string): readonly string[] {
  return part.filter((one) => one.getKeyword() === keyword).map((one) => one.getArgumentsContent() ?? '')
}

describe('the final stage', () => {
  test('has nothing but the built files, and runs nothing while it is built', () => {
    expect(argumentsOf(image, 'RUN')).toEqual([])
    expect(argumentsOf(image, 'COPY')).toEqual([
      '/src/dist/server/ server/',
      '/src/dist/client/ client/',
      '/engine/node_modules/ node_modules/',
      'LICENSE ./',
    ])
  })

  test('runs as the user of the manifests, by number', () => {
    const pod = at(find(readManifests('flowtrace.yaml'), 'Deployment'), 'spec.template.spec')
    const id = String(at(pod, 'securityContext.runAsUser'))
    expect(argumentsOf(image, 'USER')).toEqual([`${id}:${id}`])
  })

  test('opens the ports of the manifests', () => {
    const container = at(
      find(readManifests('flowtrace.yaml'), 'Deployment'),
      'spec.template.spec.containers.0',
    )
    const ports = at(container, 'ports') as readonly { readonly containerPort: number }[]
    expect(argumentsOf(image, 'EXPOSE')).toEqual([ports.map(({ containerPort }) => containerPort).join(' ')])
  })

  test('has no secret and no setting, so that it listens on the loopback unless it is told', () => {
    expect(argumentsOf(image, 'ENV')).toEqual(['NODE_ENV=production MALLOC_ARENA_MAX=2'])
  })

  test('starts the one file, without a shell', () => {
    expect(argumentsOf(image, 'CMD')).toEqual(['["/app/server/main.js"]'])
    expect(argumentsOf(image, 'ENTRYPOINT')).toEqual([])
    expect(argumentsOf(image, 'LABEL').join(' ')).toContain('org.opencontainers.image.licenses="Apache-2.0"')
  })

  test('has the version of the program', () => {
    expect(argumentsOf(image, 'ARG')).toEqual([`VERSION=${manifest.version}`])
  })
})

describe('the engine of the history', () => {
  test('and the bindings below it are the only packages that are installed beside the bundled server', () => {
    expect(Object.keys(manifest)).not.toContain('dependencies')
    expect(Object.keys(manifest.optionalDependencies)).toEqual(['@duckdb/node-api', '@duckdb/node-bindings'])
  })

  test('has a library for the processors and the libc of the image', () => {
    const installed = Object.entries(packages).filter(([, one]) => !('dev' in one && one.dev))
    const forGlibc = installed.filter(([, one]) => 'libc' in one && one.libc.includes('glibc'))
    expect(forGlibc.map(([path]) => path).toSorted()).toEqual([
      'node_modules/@duckdb/node-bindings-linux-arm64',
      'node_modules/@duckdb/node-bindings-linux-x64',
    ])
    expect(argumentsOf(instructions, 'ARG').join(' ')).not.toMatch(/alpine|musl/)
  })
})

describe('the build stages', () => {
  test('installs from the lock file, without scripts of packages', () => {
    expect(argumentsOf(build, 'RUN')).toEqual([
      'npm ci --ignore-scripts',
      'node scripts/build.mjs',
      'npm ci --omit=dev --ignore-scripts',
    ])
  })

  test('copies what is there, and what .dockerignore lets through', () => {
    const sources = argumentsOf(build, 'COPY').flatMap((content) => content.split(' ').slice(0, -1))
    expect(sources.filter((source) => !existsSync(`${root}${source}`))).toEqual([])
    const ignore = readDeployFile('Dockerfile.dockerignore').split('\n')
    expect(ignore).toContain('*')
    expect(sources.filter((source) => !ignore.includes(`!${source}`))).toEqual([])
  })
})

test('base images are arguments with defaults, so that a mirror or a digest can take their place', () => {
  expect(argumentsOf(instructions, 'FROM')).toEqual([
    '${BUILD_IMAGE} AS build',
    '${BUILD_IMAGE} AS engine',
    '${RUNTIME_IMAGE}',
  ])
  const defaults = argumentsOf(build, 'ARG')
  expect(defaults.some((one) => /^RUNTIME_IMAGE=\S+:nonroot$/.test(one))).toBe(true)
  expect(defaults.some((one) => /^BUILD_IMAGE=node:\d+/.test(one))).toBe(true)
})
