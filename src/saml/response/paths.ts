/** Where the parts of a Response stand, for findings. */
export const ASSERTION = '/Response/Assertion'
export const CONDITIONS = `${ASSERTION}/Conditions`
export const NAME_ID = `${ASSERTION}/Subject/NameID`
export const CONFIRMATION = `${ASSERTION}/Subject/SubjectConfirmation`
export const CONFIRMATION_DATA = `${CONFIRMATION}/SubjectConfirmationData`
