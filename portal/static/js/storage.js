// localStorage that never throws: private windows and full disks just forget.
export const recall = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
export const keep = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* forgotten */
  }
};
export const kept = () => {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
};
export const forget = (key) => {
  try {
    localStorage.removeItem(key);
  } catch {
    /* nothing to forget */
  }
};
