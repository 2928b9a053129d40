#!/usr/bin/env node
import { runActivityCli } from './access/activity-cli.js';

process.exitCode = await runActivityCli(process.argv.slice(2));
