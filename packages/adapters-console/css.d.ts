// Vite turns an imported style sheet into a file of the app.
declare module '*.css';
