/** What readers of model files share. */
package dev.suffice.models.file;
