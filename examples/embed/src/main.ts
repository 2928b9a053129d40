import { app } from './helpdesk.js';
import './app.js';

app.listen(Number(process.env.PORT ?? 3000));
