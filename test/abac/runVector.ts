import {
  accessControlClaims,
  roleSessionName,
  sessionTags,
  userFromActiveDirectory,
  validateAttributeConfiguration,
  validatePermissionSet,
  validatePermissionSets,
} from '../../src/abac/index.js'
import type { Verdict } from '../../src/core/outcome.js'
import type { Vector } from '../vectors/generate.js'

type Input = Readonly<Record<string, unknown>>

/** Inputs are JSON of every shape, wrong ones above all: the functions take them as their callers would pass them. */
const as = <T>(value: unknown): T => value as T

const runners: Readonly<Record<string, (input: Input) => Verdict<unknown>>> = {
  attributeConfiguration: ({ configuration }) => validateAttributeConfiguration(configuration),
  sessionTags: ({ identity, user, configuration, options }) =>
    sessionTags(as(identity), user, as(configuration), as(options)),
  tagClaims: ({ claims }) => accessControlClaims(claims),
  directoryUser: ({ entry, mappings }) => userFromActiveDirectory(entry, as(mappings)),
  permissionSet: ({ permissionSet, options }) => validatePermissionSet(permissionSet, as(options)),
  permissionSets: ({ permissionSets, options }) => validatePermissionSets(permissionSets, as(options)),
  roleSessionName: ({ userName }) => roleSessionName(as(userName)),
}

/** Runs one vector through the public functions. */
export function runVector(vector: Vector): Verdict<unknown> {
  const runner = runners[vector.subject]
  if (!runner) throw new Error(`No runner for ${vector.subject}.`)
  return runner(vector.input as Input)
}
