// One account for each service, with rights on its own database only; and one that takes backups.
// Passwords come from the environment; run again to change them. Run by mongosh as root:
//   MONGO_PASSWORD_SUBMISSIONS=… MONGO_PASSWORD_SCORING=… … mongosh "mongodb://root:…@HOST/admin" users.js
const prefix = process.env.MONGO_PREFIX ?? "citiesshare_";
const admin = db.getSiblingDB("admin");

function account(user, roles) {
  const pwd = process.env[`MONGO_PASSWORD_${user.toUpperCase()}`];
  if (!pwd || pwd.length < 12) throw new Error(`set at least 12 characters in MONGO_PASSWORD_${user.toUpperCase()}`);
  if (admin.getUser(user)) admin.updateUser(user, { pwd, roles });
  else admin.createUser({ user, pwd, roles });
}

for (const service of ["submissions", "scoring", "notifications"]) {
  account(service, [{ role: "readWrite", db: prefix + service }]);
}
account("backup", [{ role: "backup", db: "admin" }, { role: "restore", db: "admin" }]);
