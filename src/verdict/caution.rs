//! Cautions: what not to do about a finding, and why. The catalogue of explanations repeats them.

/// About a lock that nobody holds.
pub const NOT_WITHOUT_LOCK: &str = "do not apply with -lock=false: while the lease is held, a save \
     without its ID is refused with 412 LeaseIdMissing";

/// The same, where no save is refused.
pub const NOT_WITHOUT_LOCK_UNFENCED: &str = "do not apply with -lock=false: no save is refused, so of two \
     writers the later one overwrites the other's state, and nobody is told";

/// About the lock of a session that is left.
pub const NOT_WITHOUT_SESSION: &str = "do not use force-unlock: it does nothing, and says that it \
     succeeded; nor apply with -lock=false: no save is refused, and the later one overwrites the other";

/// The same, where a server compares IDs.
pub const NOT_WITHOUT_LOCK_FENCED: &str = "do not apply with -lock=false: while the lock is held, the server \
     refuses a save without its ID, and the work ends in errored.tfstate";

/// About a digest that does not fit.
pub const NOT_BY_PUSH: &str = "do not use force-unlock or state push -force: both leave the digest as it \
     is, and the push reads the state first";

/// About an `errored.tfstate` that `state push` refuses.
pub const NOT_FORCED: &str =
    "do not use state push -force: it drops what only the remote state records";

/// About an `errored.tfstate` that the remote state has outgrown.
pub const NOT_PUSHED: &str =
    "do not push it: with -force it takes back what the remote state has gained";

/// About an `errored.tfstate` that is to be pushed.
pub const PUSHED_FIRST: &str = "do not apply or remove the file before the push: what it alone \
     records would be forgotten";

/// About a state of which no copy is left.
pub const NOT_APPLIED_ANEW: &str = "do not apply: it would try to create everything a second time";

/// About an object with a given name that no state records.
pub const IMPORTED_FIRST: &str = "do not apply first: it stops with \"already exists\"";

/// About an object with a generated name that no state records.
pub const IMPORTED_BEFORE_DUPLICATED: &str =
    "do not apply first: the cloud makes up the name, so that it creates a second one";

/// About an object that is recorded and gone.
pub const NOT_CREATED_ANEW: &str = "do not apply unless it is to be created anew";

/// About an object that is marked as tainted.
pub const LOOKED_AT_FIRST: &str =
    "do not untaint before you have looked at it; apply deletes it and creates it anew";

/// About a file that has what no other copy has.
pub const NOT_REMOVED: &str = "do not remove the file: what it alone has would be forgotten";

/// About an object that somebody changed outside Terraform.
pub const NOT_CHANGED_BACK: &str =
    "do not apply unless the configuration is to win: it changes the object back";

/// Where the file's serial is higher, nothing refuses the push.
pub const NOT_EVEN_PUSHED: &str = "do not push it, not even without -force: its higher serial makes the \
     push pass, and what only the remote state records is dropped";

/// About inputs that no provider reads back and one file alone has.
pub const KEPT_FOR_INPUTS: &str = "do not remove the file: no provider reads inputs back, and an import \
     does not bring them";

/// About an object that is recorded under an address that is not its own.
pub const MOVED_FIRST: &str = "do not apply first: it deletes the object that is recorded under the wrong \
     address, or creates a second one";

/// About an object whose name the cloud made up, under an address that is not its own.
pub const NOT_SEEN_BY_PLANS: &str = "do not trust a clean plan: the cloud made up the object's name, so that \
     no configuration says which it is, and the next change hits the wrong one";

/// About an object that is recorded twice.
pub const FORGOTTEN_NOT_DESTROYED: &str = "do not apply or destroy to be rid of one of the two records: it \
     deletes the object, which is the other one's, too";

/// About a mark of a half-made object that was dropped.
pub const MARKED_AGAIN: &str = "do not trust it because the plan is clean: the mark was dropped, and nobody \
     has looked";

/// About a half-made object.
pub const NOT_DECLARED_WHOLE: &str = "do not untaint it: its creation, or what was to set it up, never came to \
     its end";
