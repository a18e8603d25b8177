export { decide, type Decision, type Policies, type PolicyRequest } from '../core/policy/index.js'
