// CommonJS, because the SDK loads this file by `require`, and its bundler puts the same file into the workflows.
'use strict';

const { DefaultFailureConverter } = require('@temporalio/common');

// The texts and stacks of failures move into a payload, so that the codec encrypts them like any other.
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
